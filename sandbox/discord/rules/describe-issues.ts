import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Formats a path as `embeds[0].title`; an empty one as `body`. */
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

/** Whether the value has another type altogether, so that this branch can't be the intended one. */
function isAboutKind(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === 'invalid_type';
}

/** Guesses the intended branch of a union: one whose `type` fits, else the one with the fewest issues. */
function intendedBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const fitting = branches.filter((issues) => !issues.some((issue) => isAboutType(issue) || isAboutKind(issue)));
  const candidates = fitting.length > 0 ? fitting : branches;
  return [...candidates].sort((a, b) => a.length - b.length)[0] ?? [];
}

/** Describes each of zod's issues in one sentence, with its path in front. */
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
