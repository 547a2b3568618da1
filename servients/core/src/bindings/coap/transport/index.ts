/** Message exchange over UDP (RFC 7252, section 4): reliability, message IDs, duplicates, sockets. */
export { ConfirmableSender, type Delivery } from "./confirmable-sender";
export { MessageIds } from "./message-ids";
export { type Remote, remoteText, type SendDatagram } from "./remote";
export { ReplyCache } from "./reply-cache";
export { type BindSettings, bindSocket, connectSocket } from "./udp-socket";
