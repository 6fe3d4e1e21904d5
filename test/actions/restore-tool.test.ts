import { describe, expect, test } from 'vitest';
import { restoreTool } from '../../src/actions/restore-tool.ts';

describe('what restores a snapshot', () => {
  test.each([
    ['3.3.25', 'etcdctl'],
    ['3.4.23', 'etcdctl'],
    ['3.5.0', 'etcdutl'],
    ['3.7.3', 'etcdutl'],
    ['4.0.0', 'etcdutl'],
  ])('of etcd %s is %s', (version, program) => {
    const environment = program === 'etcdctl' ? ['ETCDCTL_API=3'] : [];
    expect(restoreTool(version, {})).toEqual({ program, environment });
  });

  test.each(['3.4.27', '3.4.42', '3.5.10', '3.6.0', '3.7.3', '4.0.0'])(
    'of etcd %s bumps the revision',
    (version) => {
      expect(() => restoreTool(version, { bump: 1000 })).not.toThrow();
    },
  );

  test.each(['3.3.27', '3.4.26', '3.5.9'])('of etcd %s cannot, and says so', (version) => {
    expect(() => restoreTool(version, { bump: 1000 })).toThrow(
      `etcd ${version} cannot raise the revision of what it restores: \`--bump-revision\` and \`--mark-compacted\` came with 3.4.27 and 3.5.10. Restore without a bump, or choose another version with \`--etcd\`.`,
    );
  });
});
