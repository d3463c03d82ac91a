// What an app does first with the library that it is made with: it finds out what a node speaks,
// and reads with that. Prints what it found, as one line of JSON.
import generator, { detector } from "megalodon";

const [url, token] = process.argv.slice(2);
const kind = await detector(url);
const client = generator(kind, url, token);
const { data: me } = await client.verifyAccountCredentials();
const { data: statuses } = await client.getHomeTimeline();
console.log(JSON.stringify({ kind, name: me.username, said: statuses.map((one) => one.content) }));
