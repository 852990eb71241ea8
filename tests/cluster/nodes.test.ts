import { nodes } from "./nodes";

nodes();
