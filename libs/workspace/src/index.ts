export { DashboardEntity } from './dashboard.entity.js';
export { SavedViewEntity } from './saved-view.entity.js';
export { WorkspaceModule } from './workspace.module.js';
