export { AccessModule } from './access.module.js';
export { Project, ProjectQuery } from './project.decorator.js';
export { ProjectDirectory } from './project.directory.js';
export type { ProjectScope } from './project.directory.js';
export { ProjectEntity } from './project.entity.js';
export { guardRequests } from './request-guard.js';
