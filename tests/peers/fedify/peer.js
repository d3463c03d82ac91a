// A Fedify node that tests speak to: two people, everything in memory, every signature checked.
//
//   node peer.js PORT CONTROL_PORT FORM
//
// FORM is the kind of HTTP signature that it sends first: `rfc9421` or `cavage`. With `rfc9421` it
// takes no other: a request signed in the old way is answered 401, with an Accept-Signature.
import {
  createFederation,
  generateCryptoKeyPair,
  MemoryKvStore,
} from "@fedify/fedify";
import {
  Accept,
  Activity,
  Create,
  Delete,
  Endpoints,
  Follow,
  Like,
  Mention,
  Note,
  Person,
  PUBLIC_COLLECTION,
  Tombstone,
  Update,
} from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { control, listen } from "./http.js";

const [port, controlPort, form] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const PEOPLE = ["rose", "otto"];
const WANTED = 'sig1=("@method" "@target-uri" "content-digest");created;keyid';

const keys = new Map();
for (const name of PEOPLE) {
  keys.set(name, [
    await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"),
    await generateCryptoKeyPair("Ed25519"),
  ]);
}
const notes = new Map();
const followers = new Map(PEOPLE.map((name) => [name, new Map()]));
const received = [];
const sent = [];
const refused = [];

const federation = createFederation({
  kv: new MemoryKvStore(),
  origin,
  allowPrivateAddress: true,
  skipSignatureVerification: false,
  firstKnock: form === "rfc9421" ? "rfc9421" : "draft-cavage-http-signatures-12",
});

federation
  .setActorDispatcher("/people/{identifier}", async (context, identifier) => {
    const pairs = await context.getActorKeyPairs(identifier);
    if (!keys.has(identifier)) return null;
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: identifier,
      inbox: context.getInboxUri(identifier),
      outbox: context.getOutboxUri(identifier),
      followers: context.getFollowersUri(identifier),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher((_context, identifier) => keys.get(identifier) ?? [])
  .authorize(isSigned);
federation.setOutboxDispatcher("/people/{identifier}/outbox", () => ({ items: [] }));
federation.setFollowersDispatcher("/people/{identifier}/followers", (_context, identifier) => ({
  items: [...followers.get(identifier).values()],
}));
federation
  .setObjectDispatcher(Note, "/notes/{id}", (_context, { id }) => notes.get(id) ?? null)
  .authorize(isSigned);
federation
  .setInboxListeners("/people/{identifier}/inbox", "/inbox")
  .on(Activity, async (context, activity) => {
    if (activity instanceof Follow) await welcome(context, activity);
    received.push(await activity.toJsonLd({ contextLoader: context.contextLoader }));
  })
  .onError((_context, error) => console.error(error));

/** Authorised fetch: who somebody is, and what they wrote, is for those who say who asks. */
async function isSigned(context) {
  const key = await context.getSignedKey();
  if (key === null) refused.push(`unsigned ${context.url.pathname}`);
  return key !== null;
}

async function welcome(context, follow) {
  const { identifier } = context.parseUri(follow.objectId);
  const follower = await follow.getActor(context);
  followers.get(identifier).set(follower.id.href, follower);
  const accept = new Accept({
    id: newId("accepts"),
    actor: follow.objectId,
    to: follower.id,
    object: follow,
  });
  await context.sendActivity({ identifier }, follower, accept);
}

function newId(kind) {
  return new URL(`/${kind}/${crypto.randomUUID()}`, origin);
}

/** What a test may ask of the people here. `community` is the id of a group somewhere else. */
const ACTIONS = {
  "/received": () => received,
  "/sent": () => sent,
  "/refused": () => refused,
  "/follow": ({ by, actor }) =>
    send(by, actor, (context) => new Follow({
      actor: context.getActorUri(by),
      object: new URL(actor),
      to: new URL(actor),
    })),
  "/post": async ({ by, community, text, answers }) => {
    const context = federation.createContext(new URL(origin), undefined);
    const key = crypto.randomUUID();
    const note = new Note({
      id: new URL(`/notes/${key}`, origin),
      attribution: context.getActorUri(by),
      content: text,
      published: Temporal.Now.instant(),
      replyTarget: answers ? new URL(answers) : null,
      to: PUBLIC_COLLECTION,
      ccs: [new URL(community), context.getFollowersUri(by)],
      audience: new URL(community),
      tags: [new Mention({ href: new URL(community), name: "@community" })],
    });
    notes.set(key, note);
    await send(by, community, () => about(Create, note));
    return { id: note.id.href };
  },
  "/edit": async ({ by, community, id, text }) => {
    const key = id.split("/").at(-1);
    const note = notes.get(key).clone({ content: text, updated: Temporal.Now.instant() });
    notes.set(key, note);
    await send(by, community, () => about(Update, note));
  },
  "/delete": async ({ by, community, id }) => {
    const key = id.split("/").at(-1);
    const note = notes.get(key);
    notes.set(key, new Tombstone({ id: note.id }));
    await send(by, community, () => about(Delete, note, new Tombstone({ id: note.id })));
  },
  "/like": ({ by, community, id }) =>
    send(by, community, (context) => new Like({
      actor: context.getActorUri(by),
      object: new URL(id),
      to: new URL(community),
    })),
};

function about(Kind, note, object = note) {
  return new Kind({
    actor: note.attributionId,
    object,
    to: PUBLIC_COLLECTION,
    ccs: [...note.ccIds],
    audience: note.audienceId,
  });
}

/** Sends at once, signed by `by`, to one actor of another node; throws where it is not taken. */
async function send(by, actor, make) {
  const context = federation.createContext(new URL(origin), undefined);
  const receiver = await context.lookupObject(actor);
  const activity = make(context).clone({ id: newId("activities") });
  await context.sendActivity({ identifier: by }, receiver, activity);
}

/** Notes every request that goes out: its form of signature, and how it was answered. */
const plainFetch = globalThis.fetch;
globalThis.fetch = async (request, ...rest) => {
  const asked = new Request(request, ...rest);
  const reply = await plainFetch(asked);
  sent.push({
    method: asked.method,
    url: asked.url,
    form: formOf(asked.headers),
    status: reply.status,
  });
  return reply;
};

function formOf(headers) {
  if (headers.has("signature-input")) return "rfc9421";
  return headers.has("signature") ? "cavage" : "none";
}

await listen(Number(port), async (request) => {
  const found = formOf(request.headers);
  if (form === "rfc9421" && request.method === "POST" && found === "cavage") {
    refused.push(`cavage ${new URL(request.url).pathname}`);
    return new Response(null, { status: 401, headers: { "Accept-Signature": WANTED } });
  }
  const reply = await federation.fetch(request, { contextData: undefined });
  const path = new URL(request.url).pathname;
  sent.push({ method: `answered ${request.method}`, url: path, form: found, status: reply.status });
  return reply;
});
await listen(Number(controlPort), control(ACTIONS));
console.log("ready");
