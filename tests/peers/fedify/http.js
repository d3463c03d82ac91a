// Node's HTTP server around functions from a Request to a Response, and JSON for the control port.
import { createServer } from "node:http";

/** Listens on loopback; `answer` is given the request as it was sent, under the origin it came to. */
export function listen(port, answer) {
  const server = createServer(async (asked, replied) => {
    try {
      const reply = await answer(await requestOf(asked, port));
      replied.writeHead(reply.status, Object.fromEntries(reply.headers));
      replied.end(Buffer.from(await reply.arrayBuffer()));
    } catch (error) {
      console.error(error);
      replied.writeHead(500);
      replied.end(String(error));
    }
  });
  return new Promise((started) => server.listen(port, "127.0.0.1", () => started(server)));
}

async function requestOf(asked, port) {
  const parts = [];
  for await (const part of asked) parts.push(part);
  const hasBody = !["GET", "HEAD"].includes(asked.method);
  return new Request(`http://127.0.0.1:${port}${asked.url}`, {
    method: asked.method,
    headers: Object.entries(asked.headersDistinct).flatMap(([name, values]) =>
      values.map((value) => [name, value]),
    ),
    body: hasBody ? Buffer.concat(parts) : undefined,
  });
}

/** The control port: each path a function from the JSON sent to the JSON answered. */
export function control(actions) {
  return async (request) => {
    const action = actions[new URL(request.url).pathname];
    if (action === undefined) return new Response(null, { status: 404 });
    const sent = request.method === "POST" ? await request.json() : {};
    return Response.json((await action(sent)) ?? {});
  };
}
