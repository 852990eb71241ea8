/**
 * Label of every object and pod that a component makes, with the id of its owner. Pulumi's provider adopts an object that
 * exists already, and deletes it with the stack. This label shows which objects the stack made, and keeps selectors of
 * other Services from our pods.
 */
export const ownerLabel = "traffic-split/owner";

/** Annotation beside it that says the same to a person: organization, project, stack and component. */
export const stackAnnotation = "traffic-split/stack";
