export { Drawer } from '../ui/drawer';
