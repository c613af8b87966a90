/** Who there is: shops, their destinations, the settings their tags carry. A copy of the store's, a few seconds old at most. */
import type { PixelSettings } from "@pinrelay/tag/contract";
import type { ChannelSettings, Destination, Shop } from "./core/settings.ts";
import type { Store } from "./store/store.ts";
import { pixelSettings, type ServedTag, tagSettings } from "./tag-settings.ts";

export interface Directory {
  shops(): readonly Shop[];
  /** The shop of this public key; without a key, the only shop there is. */
  shop(key?: string): Shop | undefined;
  destinations(): readonly Destination[];
  /** What the tag of this revision was told; today's settings where nobody remembers it. */
  channelSettings(shop: Shop, rev: string | undefined): ChannelSettings;
  /** The settings to bake into the shop's tag. */
  tag(shop: Shop): ServedTag;
  /** The same for Shopify's pixel. */
  pixel(shop: Shop): PixelSettings;
  /** Reads the store again, after whatever read is under way, so that what was changed before this call is known. */
  refresh(): Promise<void>;
}

/** Addresses that tags are served with: of the relay, where it is not the one they come from, and of Pinterest's. */
export interface Addresses {
  core: string;
  image: string;
  relay?: string;
}

export async function openDirectory(store: Store, { image, ...served }: Addresses): Promise<Directory> {
  let shops: Shop[] = [];
  let destinations: Destination[] = [];
  let revisions = new Map<string, ChannelSettings>();

  const tag = (shop: Shop) => tagSettings(shop, destinations, served);

  const read = async () => {
    [shops, destinations] = await Promise.all([store.shops(), store.destinations()]);
    for (const shop of shops) {
      const { rev } = tag(shop);
      if (!revisions.has(revisionKey(shop.id, rev))) await store.rememberRevision(shop.id, rev, channel(shop.settings));
    }
    const known = await store.revisions();
    revisions = new Map(known.map(({ shop, rev, settings }) => [revisionKey(shop, rev), settings]));
  };

  let last: Promise<void> = Promise.resolve();
  // Of two at once the one that read first might end last, and put back what was before a change.
  const refresh = () => {
    last = last.then(read, read);
    return last;
  };

  await refresh();
  return {
    shops: () => shops,
    shop: (key) => (key === undefined ? (shops.length === 1 ? shops[0] : undefined) : shops.find((s) => s.key === key)),
    destinations: () => destinations,
    channelSettings: (shop, rev) => revisions.get(revisionKey(shop.id, rev)) ?? shop.settings,
    tag,
    pixel: (shop) => pixelSettings(tag(shop), image),
    refresh,
  };
}

const revisionKey = (shop: number, rev: string | undefined): string => `${shop} ${rev}`;

const channel = ({ contentId, value, pageLoad }: ChannelSettings): ChannelSettings => ({ contentId, value, pageLoad });
