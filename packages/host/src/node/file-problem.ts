import { Problem } from '@polygate/core';

/** Turns an error of a file operation into a Problem that says what to do. Problems pass through. */
export function fileProblem(error: unknown, file: string, action: string): Problem {
  if (error instanceof Problem) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Problem('DISK_FULL', { file }, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Problem('FILE_DENIED', { file, action }, { cause: error });
    default:
      return new Problem('FILE_FAILED', { file, action, reason: REASONS[code ?? ''] ?? message }, { cause: error });
  }
}

const REASONS: Record<string, string> = {
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  ENOENT: 'no such file or directory',
  ELOOP: 'too many symlinks',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  EIO: 'input/output error',
};
