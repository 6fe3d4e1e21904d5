/** Mounts a disk at `at` in the helper, as one more mount of the file system that its member uses. */
export const mountDisk = (image: string, at: string): string =>
  `mkdir -p ${at} && mount -t ext4 "$(losetup -j ${image} | cut -d: -f1)" ${at}`;
