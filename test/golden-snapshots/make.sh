#!/bin/bash
# Makes the snapshots of this folder with the etcd images at hand: `make.sh go:3.5.35 …`. Beside each
# file lies what the etcd that wrote it says: its status, its keys (as etcdctl's JSON), and etcdutl's
# view of the file. Each has compacted and deleted keys, a value of several pages, a lease, an alarm
# and auth.
set -euo pipefail
cd "$(dirname "$0")"
for request in "$@"; do
  id=$(docker run -d -p 127.0.0.1::2379 "etcd-drill/etcd:${request/:/-}" etcd --data-dir=/tmp/data \
    --listen-client-urls=http://0.0.0.0:2379 --advertise-client-urls=http://127.0.0.1:2379)
  trap 'docker rm -fv "$id" >/dev/null' EXIT
  ctl() { docker exec -i -e ETCDCTL_API=3 "$id" etcdctl "$@"; }
  txn() { printf '\n%s\n\n\n' "$1" | ctl txn -i >/dev/null; }
  until ctl endpoint health >/dev/null 2>&1; do sleep 0.2; done
  version=$(docker exec "$id" etcd --version | sed -n 's/^etcd Version: //p')
  txn "$(seq 1 100 | sed 's|.*|put /registry/pods/ns/p& "pod &"|')"
  txn "$(seq 1 100 | sed 's|.*|put /registry/leases/l& "lease &"|')"
  txn "$(seq 50 60 | sed 's|.*|put /registry/leases/l& "again &"|')"
  ctl put plain value >/dev/null
  head -c 10000 /dev/zero | tr '\0' z | ctl put /big/value >/dev/null
  ctl del /registry/pods/ns/p1 --prefix >/dev/null
  lease=$(ctl lease grant 3600 | cut -d' ' -f2)
  ctl put "--lease=$lease" leased yes >/dev/null
  ctl compact 4 >/dev/null
  ctl del plain >/dev/null
  ctl put $'\xff\xfe' 'not text' >/dev/null
  member=$(ctl member list | cut -d, -f1)
  curl -sS --fail -o /dev/null "http://$(docker port "$id" 2379)/v3/maintenance/alarm" \
    -d "{\"action\":\"ACTIVATE\",\"memberID\":\"$(printf %u "0x$member")\",\"alarm\":\"NOSPACE\"}"
  status=$(ctl endpoint status -w json)
  range=$(ctl get '' --from-key -w json)
  ctl user add root:secret >/dev/null
  ctl user grant-role root root >/dev/null
  ctl auth enable >/dev/null
  ctl --user=root:secret snapshot save /tmp/snapshot >/dev/null 2>&1
  tool=$(docker exec "$id" etcdutl version >/dev/null 2>&1 && echo etcdutl || echo etcdctl)
  file=$(docker exec -e ETCDCTL_API=3 "$id" "$tool" snapshot status /tmp/snapshot -w json 2>/dev/null)
  docker cp "$id:/tmp/snapshot" "$version.db" >/dev/null
  gzip -9nf "$version.db"
  printf '{"status":%s,"file":%s,"range":%s}\n' "$status" "$file" "$range" >"$version.json"
  docker rm -fv "$id" >/dev/null
  trap - EXIT
done
