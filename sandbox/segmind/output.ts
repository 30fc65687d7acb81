import type { Job } from './jobs.ts';

/** The images of a job in the shape that its request or a fault asks for; `imagesUrl` is their address. */
export function outputOf(job: Job, imagesUrl: string): Record<string, unknown> {
  const inline = job.images.map((bytes) => bytes.toString('base64'));
  const links = job.images.map((_, index) => `${imagesUrl}/outputs/${job.requestId}-${index}.jpeg`);
  const several = job.images.length > 1;
  const linked = several ? links : links[0];
  const images = job.images.map((bytes, index) => ({
    url: links[index],
    content_type: 'image/jpeg',
    file_name: `${job.requestId}-${index}.jpeg`,
    file_size: bytes.length,
  }));
  const shape = job.resultShape ?? (job.parameters?.base64 ? (several ? 'base64List' : 'base64') : undefined);
  if (typeof shape === 'object') return under(shape.at, shape.at === 'output.images' ? links : linked);
  switch (shape) {
    case 'url':
      return { output: links[0] };
    case 'urls':
      return { output: links };
    case 'base64':
      return { output: inline[0] };
    case 'base64List':
      return { output: inline };
    case 'dataUri':
      return { output: `data:image/jpeg;base64,${inline[0]}` };
    case 'jsonObject':
      return { output: JSON.stringify({ image_url: linked }) };
    case 'jsonList':
      return { output: JSON.stringify(links) };
    case 'images':
      return { images };
    case 'unreadable':
      return { output: { stored: true, bucket: 'renders' } };
    case 'nothing':
      return {};
    case undefined:
      return { output: linked, images };
    default:
      return shape satisfies never;
  }
}

function under(path: string, value: unknown): Record<string, unknown> {
  const [key = '', inner] = path.split('.');
  return { [key]: inner === undefined ? value : { [inner]: value } };
}
