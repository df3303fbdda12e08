import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { assignments, copyInto, ignoredBy, linkTree, readDockerfile } from './dockerfile.js';
import type { Instruction, Stage } from './dockerfile.js';

/** What runs in place of a step that would take minutes and the network. @returns whether it did */
export type StandIn = (step: { command: string; folder: string }) => boolean;

/** What the last stage says of how it is run; paths as in the image. */
export interface BuiltImage {
  /** Where `/` of the image lies. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  cmd: string[];
  healthcheck: string[];
  stopSignal: NodeJS.Signals;
}

interface LockedPackage {
  dev?: boolean;
  link?: boolean;
}

/**
 * Goes through a Dockerfile without an engine: each stage is a folder, COPY copies with the rules
 * of `.dockerignore`, RUN runs in a shell with the absolute paths of the image moved below that
 * folder. What the base image brings (Node, an account `node`) is this machine's.
 */
export class ImageBuilder {
  private readonly stages: Stage[];
  private readonly built = new Map<string, string>();

  /** @param folder empty; gets a folder per stage */
  constructor(
    private readonly context: string,
    private readonly folder: string,
    private readonly standIn: StandIn,
  ) {
    this.stages = readDockerfile(join(context, 'Dockerfile'));
  }

  build(): BuiltImage {
    const skips = ignoredBy(readFileSync(join(this.context, '.dockerignore'), 'utf8'));
    let image: BuiltImage | undefined;
    this.stages.forEach((stage, index) => {
      const root = join(this.folder, stage.name ?? `stage-${index}`);
      mkdirSync(root);
      this.built.set(stage.name ?? String(index), root);
      image = emptyImage(root);
      for (const step of stage.steps) this.run(step, image, skips);
    });
    if (!image) throw new Error('The Dockerfile has no stage');
    return image;
  }

  private run(
    { word, rest }: Instruction,
    image: BuiltImage,
    skips: (path: string) => boolean,
  ): void {
    switch (word) {
      case 'WORKDIR':
        image.workdir = rest;
        mkdirSync(join(image.root, rest), { recursive: true });
        return;
      case 'ENV':
        Object.assign(image.env, assignments(rest));
        return;
      case 'COPY':
        return this.copy(rest, image, skips);
      case 'RUN':
        return this.execute(rest, image);
      case 'USER':
        image.user = rest;
        return;
      case 'CMD':
        image.cmd = JSON.parse(rest) as string[];
        return;
      case 'HEALTHCHECK':
        image.healthcheck = JSON.parse(rest.slice(rest.indexOf('CMD') + 3)) as string[];
        return;
      case 'STOPSIGNAL':
        image.stopSignal = rest as NodeJS.Signals;
        return;
      case 'LABEL':
      case 'VOLUME':
      case 'EXPOSE':
        return;
      default:
        throw new Error(`Nobody knows how to do ${word}`);
    }
  }

  private copy(rest: string, image: BuiltImage, skips: (path: string) => boolean): void {
    const words = rest.split(/\s+/);
    const from = words[0]?.startsWith('--from=')
      ? words.shift()?.slice('--from='.length)
      : undefined;
    const target = words.pop() ?? '';
    const base = from === undefined ? this.context : this.built.get(from);
    if (base === undefined) throw new Error(`COPY from an unknown stage ${from ?? ''}`);
    const to = join(image.root, target.startsWith('/') ? '' : image.workdir, target);
    for (const source of words) {
      const isFolder = lstatSync(join(base, source)).isDirectory();
      const many = words.length > 1 || target.endsWith('/');
      const place = isFolder || !many ? to : join(to, source.split('/').at(-1) ?? source);
      if (from !== undefined && isFolder) linkTree(join(base, source), place, () => true);
      else copyInto(base, source, place, from === undefined ? skips : () => false);
    }
  }

  private execute(command: string, image: BuiltImage): void {
    const folder = join(image.root, image.workdir);
    if (this.standIn({ command, folder })) return;
    const moved = command
      .replace(/(^|[\s=])\/(?=\w)/g, `$1${image.root}/`)
      .replaceAll('node:node', account().join(':'));
    execFileSync('sh', ['-ec', moved], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

function emptyImage(root: string): BuiltImage {
  return {
    root,
    workdir: '/',
    env: {},
    user: 'root',
    cmd: [],
    healthcheck: [],
    stopSignal: 'SIGTERM',
  };
}

/** Who stands in for the account of the base image: nobody where that is possible, else oneself. */
export function account(): [uid: number, gid: number] {
  if (process.getuid?.() === 0) return [65_534, 65_534];
  return [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
}

/** Puts the packages into `folder` that an install with these options would, from another one. */
export function installFrom(modulesOf: string, folder: string, omitDev: boolean): void {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  for (const [path, { dev, link }] of Object.entries(lock.packages)) {
    const from = join(modulesOf, path);
    if (path === '' || link === true || (omitDev && dev === true) || !existsSync(from)) continue;
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    // Packages below it are entries of their own.
    linkTree(from, to, (name) => name !== 'node_modules');
  }
}
