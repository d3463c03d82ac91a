"""What an operator's graphs are drawn from. Labels are few and fixed; nobody is named."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The counters of one node, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.arrivals = Counter(
            "hedgerow_arrivals_total",
            "Messages at the inbox, by how they were answered",
            ["outcome"],
            registry=self._registry,
        )
        self.applied = Counter(
            "hedgerow_applied_total",
            "Messages applied, by their type and what became of them",
            ["type", "outcome"],
            registry=self._registry,
        )
        self.deliveries = Counter(
            "hedgerow_deliveries_total",
            "Messages sent to other nodes, by what became of them",
            ["outcome"],
            registry=self._registry,
        )
        self.arrivals_waiting = Gauge(
            "hedgerow_arrivals_waiting",
            "Messages that wait to be applied",
            registry=self._registry,
        )
        self.requests = Histogram(
            "hedgerow_request_seconds",
            "How long requests took, by kind of answer",
            ["status"],
            registry=self._registry,
        )

    def text(self) -> bytes:
        """All of them as Prometheus reads them."""
        return generate_latest(self._registry)
