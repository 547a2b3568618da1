// A Thing made by a script: window blinds that move, and say when they have arrived.
//
//   fogwot run --no-site mashups/examples/node-wot/blinds.js
//
// Written as scripts for node-wot are: the global WoT, promises, no module of ours.
const stepMs = 20;
let position = 0;
let target = 0;

WoT.produce({
  title: "Blinds",
  description: "Window blinds: 0 is open, 100 is closed.",
  uriVariables: { by: { type: "integer", minimum: 1, maximum: 100 } },
  properties: {
    position: { type: "integer", unit: "%", readOnly: true, observable: true },
    label: { type: "string" },
  },
  actions: {
    moveTo: { input: { type: "integer", minimum: 0, maximum: 100 }, output: { type: "string" } },
    close: { description: "A little more, by the percentage of the URI variable, or 10 %." },
    jam: { description: "Fails: something to try error handling with." },
  },
  events: { arrived: { data: { type: "integer" } } },
})
  .then((thing) => {
    let label = "living room";
    thing.setPropertyReadHandler("position", async () => position);
    thing.setPropertyReadHandler("label", async () => label);
    thing.setPropertyWriteHandler("label", async (input) => {
      label = await input.value();
    });
    thing.setActionHandler("moveTo", async (input) => {
      target = await input.value();
      return `moving to ${target} %`;
    });
    thing.setActionHandler("close", async (_input, options) => {
      const by = options?.uriVariables?.by ?? 10;
      target = Math.min(100, target + by);
      return undefined;
    });
    thing.setActionHandler("jam", async () => {
      throw new Error("a bird sits on the rail");
    });
    setInterval(() => {
      if (position === target) return;
      position += Math.sign(target - position) * Math.min(10, Math.abs(target - position));
      thing.emitPropertyChange("position");
      if (position === target) thing.emitEvent("arrived", position);
    }, stepMs);
    return thing.expose();
  })
  .then(() => console.log("the blinds are ready"))
  .catch((error) => console.error(error));
