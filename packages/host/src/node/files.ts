import type { Files } from '../ports.ts';
import { reading } from './read-files.ts';

// What changes files is loaded when something is to be changed: most commands only look.
const writing = async () => (await import('./write-files.ts')).writing;
const trees = async () => (await import('./trees.ts')).nodeTrees;

export const nodeFiles: Files = {
  ...reading,
  write: async (file, content, mode) => (await writing()).write(file, content, mode),
  copyFile: async (from, to) => (await writing()).copyFile(from, to),
  setAside: async (file, label) => (await writing()).setAside(file, label),
  setMode: async (file, mode) => (await writing()).setMode(file, mode),
  remove: async (file) => (await writing()).remove(file),
  makeDir: async (directory, mode) => (await writing()).makeDir(directory, mode),
  trees: {
    kindOf: async (path) => (await trees()).kindOf(path),
    move: async (from, to) => (await trees()).move(from, to),
    copy: async (from, to, except) => (await trees()).copy(from, to, except),
    remove: async (path) => (await trees()).remove(path),
    removeEmpty: async (path) => (await trees()).removeEmpty(path),
  },
};
