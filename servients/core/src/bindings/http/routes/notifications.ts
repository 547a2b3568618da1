import { JSON_TYPE } from "../../payload";
import type { LongPolls } from "../longpoll/long-polls";
import type { Exchange } from "../server/exchange";
import { acceptsJson, negotiate } from "../server/negotiation";
import { asksForMessages, type Channel } from "../sse/channel";
import { streamHead } from "./stream-head";

/** The ways to one affordance's notifications, made when they are asked for first. */
export type Notifications = () => { readonly channel: Channel; readonly polls: LongPolls };

/** GET on a long-poll form. @throws NotAcceptableError */
export function poll(exchange: Exchange, notifications: Notifications): Promise<void> {
  const { accept } = exchange.request.headers;
  if (!acceptsJson(accept)) negotiate(accept, [JSON_TYPE]);
  const { polls } = notifications();
  return exchange.request.method === "HEAD" ? polls.greet(exchange) : polls.poll(exchange);
}

/** GET for an event stream. */
export async function subscribe(exchange: Exchange, notifications: Notifications): Promise<void> {
  if (streamHead(exchange)) return;
  await notifications().channel.subscribe(exchange, {
    asMessages: asksForMessages(exchange.query),
  });
}
