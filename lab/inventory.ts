/** What is in the lab, as a file that the stack of `bin/lab.ts` reads. */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { listHosts } from "./hosts";
import { hostKeyOf, sshKeyFile } from "./keys";
import { inLab } from "./paths";
import { addressOf, isHostName, MIRROR_URL, REGISTRY } from "./table";

/** How to reach a host. */
export interface InventoryHost {
  readonly address: string;
  /** Public key of the host. Shape: `ecdsa-sha2-nistp256 AAAA…` */
  readonly hostKey: string;
}

/** Everything that a stack needs to know of the lab. */
export interface Inventory {
  /** Name → host, of the hosts that exist. */
  readonly hosts: Readonly<Record<string, InventoryHost>>;
  /** Private key that `root` and `admin` accept. */
  readonly sshKeyFile: string;
  /** In place of `https://dl.k8s.io`. */
  readonly mirrorUrl: string;
  /** In place of `registry.k8s.io`, plain HTTP. Shape: `host:port` */
  readonly registry: string;
}

/** Path of the inventory. */
export const inventoryFile = (): string => inLab("inventory.json");

/** Reads the inventory. @throws Error that says what to run, if there is no lab */
export function readInventory(): Inventory {
  if (!existsSync(inventoryFile())) {
    throw new Error(`${inventoryFile()}: there is no lab; run "npm run quickstart"`);
  }
  return JSON.parse(readFileSync(inventoryFile(), "utf8")) as Inventory;
}

/** Writes down which hosts exist now. */
export async function writeInventory(): Promise<void> {
  const names = (await listHosts()).filter(isHostName);
  const inventory: Inventory = {
    hosts: Object.fromEntries(
      names.map((name) => [name, { address: addressOf(name), hostKey: hostKeyOf(name) }]),
    ),
    sshKeyFile: sshKeyFile(),
    mirrorUrl: MIRROR_URL,
    registry: REGISTRY,
  };
  // Several may be written at the same moment.
  const temporary = `${inventoryFile()}.tmp-${randomUUID()}`;
  await writeFile(temporary, `${JSON.stringify(inventory, undefined, 2)}\n`);
  await rename(temporary, inventoryFile());
}
