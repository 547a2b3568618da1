import { CoapClientFactory } from "@node-wot/binding-coap";
import { Servient } from "@node-wot/core";

/**
 * node-wot's own CoAP client in a process of its own (it keeps timers for 247 s): consumes the Thing
 * Description given as argument and prints what it got as one line of JSON.
 */
async function main(): Promise<void> {
  const servient = new Servient();
  servient.addClientFactory(new CoapClientFactory());
  const wot = await servient.start();
  const thing = await wot.consume(JSON.parse(process.argv[2] ?? "{}"));
  const read = async (): Promise<unknown> => (await thing.readProperty("state")).value();

  const events: unknown[] = [];
  await thing.subscribeEvent("reading", (output) => {
    // It takes the empty confirmation of its registration for an event, which has no value.
    output.value().then(
      (value) => events.push(value),
      () => undefined,
    );
  });
  const before = await read();
  await thing.writeProperty("state", "written by node-wot");
  const after = await read();
  const output = await (await thing.invokeAction("count", 1))?.value();
  await thing.invokeAction("emit");
  const large = String(await (await thing.invokeAction("large"))?.value()).length;
  for (let n = 0; n < 100 && events.length === 0; n++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.stdout.write(`${JSON.stringify({ before, after, output, large, events })}\n`);
  process.exit(0);
}

void main();
