/**
 * Which addresses belong to the public internet, after IANA's registries of special-purpose addresses (RFC
 * 6890). For IPv6 the list is turned round: only what is assigned for global unicast is public.
 */
import { addressBytes, AddressRanges, formatAddress, parseRange } from '../../shared/ip-address.ts';

const IPV4_BYTES = 4;

const SPECIAL_IPV4 = ranges([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Link-local, and the metadata service of most clouds.
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // A public address by number, but in Azure it is the host of the machine, with its metadata.
  '168.63.129.16/32',
]);

const GLOBAL_IPV6 = ranges(['2000::/3']);

const SPECIAL_IPV6 = ranges([
  // Protocol assignments: Teredo, benchmarking, ORCHID. What they carry may lead inwards.
  '2001::/23',
  '2001:db8::/32',
  // 6to4: an IPv4 address is inside, and a relay decides where it leads.
  '2002::/16',
  '3fff::/20',
]);

/** NAT64 with the well-known prefix (RFC 6052): the last 4 bytes are the IPv4 address that is meant. */
const NAT64 = ranges(['64:ff9b::/96']);

/** False for what is not an address, an address with a zone included. */
export function isPublicAddress(text: string): boolean {
  if (text.includes('%')) return false;
  // An IPv4-mapped address has been turned into the IPv4 address here.
  const bytes = addressBytes(text);
  if (!bytes) return false;
  const address = formatAddress(bytes);
  if (bytes.length === IPV4_BYTES) return !SPECIAL_IPV4.has(address);
  if (NAT64.has(address)) return !SPECIAL_IPV4.has(formatAddress(bytes.subarray(-IPV4_BYTES)));
  return GLOBAL_IPV6.has(address) && !SPECIAL_IPV6.has(address);
}

function ranges(texts: readonly string[]): AddressRanges {
  return new AddressRanges(
    texts.map((text) => {
      const range = parseRange(text);
      if (!range) throw new TypeError(`Not a range: ${text}`);
      return range;
    }),
  );
}
