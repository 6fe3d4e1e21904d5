import type { DescMessage, DescMethod } from '@bufbuild/protobuf';

/** A gRPC method with the types of its messages. */
export interface RpcMethod<I extends DescMessage, O extends DescMessage> extends DescMethod {
  readonly input: I;
  readonly output: O;
}

/** The `:path` of a gRPC call, e.g. `/etcdserverpb.KV/Put`. */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}
