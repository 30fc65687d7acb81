import type { BodyContext } from './context.ts';
import type { MessageBody } from './shapes.ts';

const MAX_FILES = 10;
const FILE_FIELD = /^files\[(\d)\]$/;
/** Discord renames other files on upload, so a reference to them finds nothing. */
const REFERABLE_NAME = /^[a-z0-9_-]+\.(gif|jpeg|jpg|png|webp)$/i;
const SCHEME = 'attachment://';

function checkFiles(files: NonNullable<BodyContext['files']>): string[] {
  const problems = files
    .filter((file) => !FILE_FIELD.test(file.field))
    .map((file) => `${file.field}: a file part is named files[0] to files[9]`);
  if (new Set(files.map((file) => file.field)).size < files.length)
    problems.push('files: two parts have the same name');
  if (files.length > MAX_FILES) problems.push(`files: ${files.length} files, at most ${MAX_FILES}`);
  return problems;
}

/** Lists what Discord would refuse in the uploaded files and the `attachments` that describe or keep them. */
export function checkAttachments(body: MessageBody, isEdit: boolean, context: BodyContext): string[] {
  const files = context.files ?? [];
  const problems = checkFiles(files);
  const newIds = new Set(files.flatMap((file) => FILE_FIELD.exec(file.field)?.[1] ?? []));
  const listed = body.attachments;
  if (!listed) {
    const kept = isEdit ? (context.currentAttachments?.length ?? 0) : 0;
    if (kept > 0 && kept + files.length > MAX_FILES) {
      problems.push(`files: ${kept} attachments are kept and ${files.length} come, at most ${MAX_FILES} in total`);
    }
    return problems;
  }

  const isCurrent = (id: string) =>
    isEdit && (context.currentAttachments?.some((current) => current.id === id) ?? /^\d{17,20}$/.test(id));
  for (const [index, { id }] of listed.entries()) {
    if (!newIds.has(id) && !isCurrent(id))
      problems.push(`attachments[${index}].id: no file part and no attachment has the id ${id}`);
  }
  const listedIds = new Set(listed.map(({ id }) => id));
  if (listedIds.size < listed.length) problems.push('attachments: an id is listed twice');
  if (isEdit) {
    // Since API v10, the array lists all attachments after the edit, new ones included.
    for (const id of newIds) {
      if (!listedIds.has(id)) problems.push(`files[${id}]: the file is not listed in attachments`);
    }
  }
  return problems;
}

/** Lists the `attachment://name` references to missing files; lenient when the context doesn't say what an edit keeps. */
export function checkAttachmentReferences(
  media: readonly { path: string; url: string }[],
  body: MessageBody,
  isEdit: boolean,
  context: BodyContext,
): string[] {
  const names = new Set((context.files ?? []).map((file) => file.filename));
  for (const { filename } of body.attachments ?? []) if (filename) names.add(filename);
  const listedIds = body.attachments && new Set(body.attachments.map(({ id }) => id));
  for (const current of context.currentAttachments ?? []) {
    if (isEdit && (!listedIds || listedIds.has(current.id))) names.add(current.filename);
  }
  const mayKeepOthers = isEdit && context.currentAttachments === undefined && body.attachments?.length !== 0;

  return media.flatMap(({ path, url }) => {
    if (!url.startsWith(SCHEME)) return [];
    const name = url.slice(SCHEME.length);
    if (!REFERABLE_NAME.test(name))
      return [`${path}: ${name} must consist of letters, digits, - and _, with the extension of an image`];
    return names.has(name) || mayKeepOthers ? [] : [`${path}: no uploaded file is named ${name}`];
  });
}
