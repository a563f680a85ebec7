// Sends with Segment's SDK for Node what a test asks for and prints how many calls it believes delivered.
// node send.mjs HOST WRITE_KEY COUNT
import { Analytics } from "@segment/analytics-node";

const [host, writeKey, count] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey, maxRetries: 30, flushAt: 20, flushInterval: 200 });
const failures = [];
analytics.on("error", (error) => failures.push(String(error.reason ?? error.code)));

let delivered = 0;
const done = (error) => { if (!error) delivered += 1; };
const userId = "node-user";
analytics.identify({ userId, traits: { email: "node@example.ir", name: "نیلوفر" } }, done);
analytics.page({ userId, name: "سبد خرید", properties: { url: "/cart" } }, done);
analytics.screen({ userId, name: "Home" }, done);
analytics.group({ userId, groupId: "shop-1", traits: { city: "شیراز" } }, done);
analytics.alias({ userId, previousId: "node-anonymous" }, done);
for (let number = 0; number < Number(count); number += 1) {
  analytics.track({ userId, event: "Node Event", properties: { number } }, done);
  if (number % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 100));
}
await analytics.closeAndFlush({ timeout: 100_000 });
console.log(JSON.stringify({ delivered, failures }));
