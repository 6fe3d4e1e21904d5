/** Samples are this far apart in bytes of keys and values … */
const sampledEveryBytes = 256 * 1024;
/** … and a page is as large as so many of them: 2 MiB. */
const samplesPerPage = 8;

/**
 * Where to part a keyspace into pages of alike size, found while its keys pass by in any order. etcd
 * counts to a range's end for every page of it, so a page without an end of its own would cost the
 * more the more keys there are. Holds a name for each 256 KiB.
 */
export function pageBounds(): {
  add(key: Buffer, sizeBytes: number): void;
  /** Ascending: a page goes from one to the next. */
  bounds(): Buffer[];
} {
  const samples: Buffer[] = [];
  let unsampledBytes = 0;
  return {
    add(key, sizeBytes) {
      unsampledBytes += sizeBytes;
      if (unsampledBytes < sampledEveryBytes) return;
      unsampledBytes = 0;
      samples.push(Buffer.from(key)); // A copy: the key is a view of a whole page of the file.
    },
    bounds: () =>
      samples
        .toSorted((a, b) => a.compare(b))
        .filter((_sample, index) => index % samplesPerPage === samplesPerPage - 1),
  };
}
