import {
  fromBinary,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { authorizedCall } from './authorized-call.ts';
import type { EtcdClient } from './client.ts';
import { EtcdError } from './error.ts';
import type { RpcMethod } from './method.ts';
import { encoded } from './requests.ts';

/** One typed call with one answer; throws `EtcdError`. */
export async function rpc<I extends DescMessage, O extends DescMessage>(
  client: EtcdClient,
  method: RpcMethod<I, O>,
  request: MessageInitShape<I>,
  deadlineMs: number,
): Promise<MessageShape<O>> {
  const { path, framed } = encoded(method, request);
  const end = await authorizedCall(client, path, framed, { deadlineMs });
  if (end.kind === 'answer') return fromBinary(method.output, end.message);
  throw new EtcdError(method.name, client.target.member, end.failure);
}
