import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Rig } from "../../compliance";
import { decode, encode } from "../../payload";
import { openHttpHarness } from "../testing/harness";
import type { HttpBindingServer } from "./server";

const CBOR = "application/cbor";
const JSON_TYPE = "application/json";

describe("values over HTTP in JSON and CBOR", () => {
  let rig: Rig;
  let base: string;
  beforeAll(async () => {
    rig = await new Rig(await openHttpHarness(), { title: "Compliance 1" }).start();
    base = `${(rig.server as unknown as HttpBindingServer).baseUrl}/compliance-1`;
  });
  afterAll(() => rig.stop());

  const send = (path: string, method: string, value: unknown, headers: Record<string, string>) => {
    const { body } = encode(value, headers["content-type"] ?? JSON_TYPE);
    return fetch(`${base}${path}`, { method, headers, body: new Uint8Array(body) });
  };
  async function valueIn(response: Response): Promise<[string, unknown]> {
    const type = response.headers.get("content-type") ?? "";
    return [type, decode({ type, body: Buffer.from(await response.arrayBuffer()) }, {})];
  }

  it("are read in the one a request accepts most", async () => {
    const { object } = rig.controls.values;
    const cases: [string, string][] = [
      [CBOR, CBOR],
      [`${JSON_TYPE};q=0.1, ${CBOR};q=0.2`, CBOR],
      [`${CBOR};q=0.5, ${JSON_TYPE}`, JSON_TYPE],
      [`${CBOR}, */*;q=0.1`, CBOR],
      ["*/*", JSON_TYPE],
      [`${JSON_TYPE};q=0, */*;q=0.1`, CBOR],
    ];
    for (const [accept, wanted] of cases) {
      const response = await fetch(`${base}/properties/object`, { headers: { accept } });
      expect([accept, ...(await valueIn(response))]).toEqual([accept, wanted, object]);
    }
  });

  it("are written in either, and held to the same schema", async () => {
    const headers = { "content-type": CBOR };
    expect((await send("/properties/level", "PUT", 77, headers)).status).toBe(204);
    expect(rig.controls.values.level).toBe(77);
    for (const refused of [101, "77", 1.5]) {
      const response = await send("/properties/level", "PUT", refused, headers);
      expect([response.status, response.headers.get("content-type")]).toEqual([
        400,
        "application/problem+json",
      ]);
    }
    const broken = await fetch(`${base}/properties/level`, { method: "PUT", headers, body: "{" });
    expect(broken.status).toBe(400);
    expect(rig.controls.values.level).toBe(77);
  });

  it("come out of an action as they went in, unless something else is preferred", async () => {
    const input = { a: 1, b: 2 };
    const given = { "content-type": CBOR };
    const add = (headers: Record<string, string>) => send("/actions/add", "POST", input, headers);
    expect(await valueIn(await add(given))).toEqual([CBOR, 3]);
    expect(await valueIn(await add({ ...given, accept: JSON_TYPE }))).toEqual([JSON_TYPE, 3]);
    expect(await valueIn(await add({ accept: CBOR, "content-type": JSON_TYPE }))).toEqual([
      CBOR,
      3,
    ]);
    expect(await valueIn(await add({ "content-type": JSON_TYPE }))).toEqual([JSON_TYPE, 3]);
    expect((await add({ ...given, accept: "text/plain" })).status).toBe(406);
  });

  it("are refused as problem documents in JSON, whatever was asked for", async () => {
    const response = await fetch(`${base}/properties/nosuch`, { headers: { accept: CBOR } });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json",
    ]);
    const failed = await send("/actions/failTyped", "POST", undefined, { accept: CBOR });
    expect(await failed.json()).toMatchObject({ status: 504, code: "DEVICE_TIMEOUT" });
  });

  it("are read and written in CBOR by a consumer who takes that form", async () => {
    const thing = await rig.consume();
    const { forms } = rig.td.properties?.object ?? { forms: [] };
    const formIndex = forms.findIndex(({ contentType }) => contentType === CBOR);
    const written = { temperature: -3.5, tags: ["ü"] };
    await thing.writeProperty("object", written, { formIndex });
    expect(rig.controls.values.object).toEqual(written);
    const output = await thing.readProperty("object", { formIndex });
    expect([output.form?.contentType, await output.value()]).toEqual([CBOR, written]);
  });

  it("are JSON only where CBOR is switched off, in forms and in fact", async () => {
    const other = await new Rig(await openHttpHarness({ cbor: false }), { title: "Plain" }).start();
    try {
      const url = `${(other.server as unknown as HttpBindingServer).baseUrl}/plain`;
      expect(JSON.stringify(other.td)).not.toContain("cbor");
      const headers = { accept: CBOR };
      expect((await fetch(`${url}/properties/level`, { headers })).status).toBe(406);
      const body = new Uint8Array(encode(5, CBOR).body);
      const put = { method: "PUT", headers: { "content-type": CBOR }, body };
      expect((await fetch(`${url}/properties/level`, put)).status).toBe(415);
    } finally {
      await other.stop();
    }
  });
});
