import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadSite, type Site } from "@fogwot/core";

const SITE = `
site: factory
nodes:
  - name: fog-wifi
    networks:
      - name: wifi
        wsn: wifi
        driver: wifi
        settings: { keepAliveMs: 100 }
        devices:
          - { id: wifi-1, type: climate-dht11, title: One, address: "127.0.0.1:9", samplingIntervalMs: 2000 }
          - { id: wifi-2, type: climate-dht11, title: Two, address: "127.0.0.1:10" }
`;

/** One node with two Wi-Fi boards, read as a site file is. */
export function testSite(): Site {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fog-"));
  try {
    const file = path.join(folder, "site.yaml");
    writeFileSync(file, SITE);
    return loadSite(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
