import { OperationNotAllowedError } from "../../../../errors";
import { JSON_TYPE } from "../../../payload";
import { Code, ContentFormat, contentFormatOf, OptionNumber, uintOption } from "../../message";
import { etagOf } from "../block-slices";
import { type Response, response } from "../exchange";
import { negotiate, type RequestOptions, type RoutedRequest } from "../request";
import type { ThingEntry } from "../thing-entry";

const TD_TYPE = "application/td+json";
const LINK_TYPE = "application/link-format";
const THING_RESOURCE_TYPE = "wot.thing";
const READ = "readdescription";

/** A Thing Description, as `application/td+json` unless the client wants JSON. */
export function describeThing(entry: ThingEntry, request: RoutedRequest): Response {
  const { options, gate } = request;
  gate.pass(entry.thing.id, READ);
  onlyGet(request, "the Thing Description");
  const type = negotiate(options, [TD_TYPE, JSON_TYPE]);
  const body = Buffer.from(JSON.stringify(entry.thing.getThingDescription()));
  return representation(type, body, options);
}

/** The URLs of all Thing Descriptions that the client may read. */
export function listThings(entries: Iterable<ThingEntry>, request: RoutedRequest): Response {
  const { exchange, options, gate } = request;
  gate.pass(undefined, READ);
  onlyGet(request, "the list of Things");
  const type = negotiate(options, [JSON_TYPE]);
  const urls = [...entries]
    .filter(({ thing }) => gate.permits(thing.id, READ))
    .map((entry) => entry.urlFor(exchange.peer.transport));
  return representation(type, Buffer.from(JSON.stringify(urls)), options);
}

/** `/.well-known/core`: one link per Thing Description (RFC 6690; WoT Discovery, section 6.2). */
export function listLinks(entries: Iterable<ThingEntry>, request: RoutedRequest): Response {
  const { options, gate } = request;
  gate.pass(undefined, READ);
  onlyGet(request, "/.well-known/core");
  const type = negotiate(options, [LINK_TYPE]);
  const links = [...entries]
    .filter(({ thing }) => gate.permits(thing.id, READ))
    .map((entry) => ({
      href: `/${entry.path.split("/").map(encodeURIComponent).join("/")}`,
      rt: THING_RESOURCE_TYPE,
      ct: `${ContentFormat.td} ${ContentFormat.json}`,
    }))
    .filter((link) => options.queries.every((query) => matches(link, query)))
    .map(({ href, rt, ct }) => `<${href}>;rt="${rt}";ct="${ct}"`);
  return representation(type, Buffer.from(links.join(",")), options);
}

/** A filter of RFC 6690, section 4.1: `name=value`, with `*` for any ending. */
function matches(link: Readonly<Record<string, string>>, query: string): boolean {
  const at = query.indexOf("=");
  const name = query.slice(0, at);
  const wanted = query.slice(at + 1);
  if (at < 0 || !Object.hasOwn(link, name)) return false;
  const values = name === "href" ? [link[name] as string] : (link[name] as string).split(" ");
  return values.some((value) =>
    wanted.endsWith("*") ? value.startsWith(wanted.slice(0, -1)) : value === wanted,
  );
}

/** 2.05 with entity tag, or 2.03 where the client holds these bytes already. */
function representation(type: string, body: Buffer, options: RequestOptions): Response {
  const etag = etagOf(body);
  const etagOption = { number: OptionNumber.etag, value: etag };
  const format = contentFormatOf(type) as number;
  if (options.etags.includes(etag.toString("latin1"))) return response(Code.valid, [etagOption]);
  return response(Code.content, [etagOption, uintOption(OptionNumber.contentFormat, format)], body);
}

function onlyGet({ code }: RoutedRequest, what: string): void {
  if (code !== Code.get) throw new OperationNotAllowedError("anything but GET", what);
}
