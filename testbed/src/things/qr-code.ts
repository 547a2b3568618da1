import type * as QrCode from "qrcode";

/**
 * A QR code in text, two rows of it in one line. A phone's camera takes a URL from it: an introduction
 * that needs no network.
 *
 * @param isTerminal colours it, so that dark is dark on a dark terminal too
 * @see W3C WoT Discovery, section 6.2 (direct introduction)
 */
export function qrCode(url: string, isTerminal = false): Promise<string> {
  const { toString: toText } = require("qrcode") as typeof QrCode;
  // A screen has no scratches: the least correction makes the largest modules.
  const errorCorrectionLevel = "L";
  if (isTerminal) return toText(url, { type: "terminal", small: true, errorCorrectionLevel });
  return toText(url, { type: "utf8", errorCorrectionLevel });
}
