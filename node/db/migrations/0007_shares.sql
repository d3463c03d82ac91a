-- What one registered domain may use up: of waiting messages, of those set aside, of hosts asked.

alter table arrival add column domain text not null default '' check (length(domain) <= 300);
create index arrival_waiting_in on arrival (domain) where state = 'waiting';
create index arrival_quarantined_since on arrival (received_at) where state = 'quarantined';
create index arrival_quarantined_in on arrival (domain, id) where state = 'quarantined';

alter table held_arrival add column body_bytes bigint not null default 0;
create index held_arrival_received on held_arrival (received_at);

alter table asked_host add column domain text not null default '' check (length(domain) <= 300);
create index asked_host_domain on asked_host (domain);
