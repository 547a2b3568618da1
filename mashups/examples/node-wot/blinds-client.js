// Reads, moves and watches the blinds of blinds.js, wherever they are.
//
//   fogwot run --no-site mashups/examples/node-wot/blinds-client.js http://127.0.0.1:8080/blinds
const path = require("node:path");

const url = process.argv[2] ?? "http://127.0.0.1:8080/blinds";

WoTHelpers.fetch(url)
  .then(async (td) => {
    const blinds = await WoT.consume(td);
    console.log(`${path.basename(__filename)} found ${blinds.getThingDescription().title}`);

    const arrived = new Promise((resolve) => {
      blinds
        .subscribeEvent("arrived", async (data) => resolve(await data.value()))
        .catch((error) => console.error("no subscription:", error));
    });
    const positions = [];
    const watching = await blinds.observeProperty("position", async (data) => {
      positions.push(await data.value());
    });

    await blinds.writeProperty("label", "kitchen");
    const all = await blinds.readAllProperties();
    for (const [name, output] of all) console.log(`${name}: ${await output.value()}`);

    const answer = await blinds.invokeAction("moveTo", 40);
    console.log(await answer.value());
    console.log(
      `arrived at ${await arrived}, seen on the way: ${positions.some((one) => one < 40)}`,
    );
    await watching.stop();

    // The form of another protocol, by its index.
    const { forms } = td.actions.close;
    const formIndex = forms.findIndex(({ href }) => href.startsWith("coap:"));
    await blinds.invokeAction("close", undefined, { formIndex, uriVariables: { by: 5 } });
    console.log(`and 5 % more over ${new URL(forms[formIndex].href).protocol.slice(0, -1)}`);

    try {
      await blinds.invokeAction("jam");
    } catch (error) {
      console.log(`jam: ${error.status}, ${error.problem.title}`);
    }
    // Nothing ends the subscription to "arrived": the script goes on until Ctrl-C.
    console.log("done");
  })
  .catch((error) => {
    console.error("no Thing Description:", error);
    process.exitCode = 1;
  });
