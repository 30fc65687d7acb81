import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** `embeds[0].title`; the whole body is `body`. */
function describePath(path: Path): string {
  const text = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'body' : text;
}

function isAboutType(issue: Issue): boolean {
  return issue.path.length === 1 && issue.path[0] === 'type' && issue.code === 'invalid_value';
}

/** A value of another kind altogether: no branch that says so was meant. */
function isAboutKind(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === 'invalid_type';
}

/** Of a union's refusals the one that was meant: the branch whose `type` and kind fit, else the one with the fewest issues. */
function intendedBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const fitting = branches.filter((issues) => !issues.some((issue) => isAboutType(issue) || isAboutKind(issue)));
  const candidates = fitting.length > 0 ? fitting : branches;
  return [...candidates].sort((a, b) => a.length - b.length)[0] ?? [];
}

/** Turns zod's issues into one sentence each, with the path in front. */
export function describeIssues(issues: readonly Issue[], parent: Path = []): string[] {
  return issues.flatMap((issue) => {
    const path = [...parent, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const isUnknownType = issue.errors.every((branch) => branch.some(isAboutType));
      return isUnknownType
        ? [`${describePath([...path, 'type'])}: no such type here`]
        : describeIssues(intendedBranch(issue.errors), path);
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${describePath([...path, key])}: Discord knows no such key here`);
    }
    return [`${describePath(path)}: ${issue.message}`];
  });
}
