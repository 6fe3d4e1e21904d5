/** What etcd learned in which version, as far as a load or a drill may use it. */
const abilities = {
  'watch progress requests': [3, 4],
  'watch fragments': [3, 4],
  learners: [3, 4],
} as const;
export type Ability = keyof typeof abilities;

/** What etcd of a version (`3.3.25`) cannot do, with the first version that can. */
export function lacking(version: string): { readonly ability: Ability; readonly since: string }[] {
  return names
    .filter((ability) => !isAble(version, ability))
    .map((ability) => ({ ability, since: abilities[ability].join('.') }));
}

export function isAble(version: string, ability: Ability): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [sinceMajor, sinceMinor] = abilities[ability];
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

const names: readonly Ability[] = ['watch progress requests', 'watch fragments', 'learners'];
