/**
 * What faults are told beside their defaults where every fault is tried: what they do to etcd must end
 * with them, and all at once.
 */
export const settings: Readonly<
  Record<string, { readonly target?: string; readonly set?: readonly string[] }>
> = {
  'slow-start': { set: ['delay=1s'] },
  'crash-loop': { set: ['every=1s'] },
  // On a disk that is full to the last byte etcd ends, and no lease starts it again.
  'disk-full': { set: [`free=${32 * 1024 * 1024}`] },
  // The disk of a busy machine does hardly more than the 20 requests a second of the default.
  'disk-throttle': { set: ['iops=5'] },
  zones: { target: 'all' },
};
