/**
 * Label of every object and pod that a component makes, with the id of its owner. Pulumi's provider takes over an object
 * that exists already as if it had made it, and removes it with the stack: by this label, what somebody else made is told
 * from it, and no selector of anybody else's finds our pods.
 */
export const ownerLabel = "traffic-split/owner";

/** Annotation beside it that says the same to a person: organization, project, stack and component. */
export const stackAnnotation = "traffic-split/stack";
