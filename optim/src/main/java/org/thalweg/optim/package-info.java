/// Optimizers: rules that read like their papers, and the machinery that applies them to parameters
/// or plain arrays, written once.
@NullMarked
package org.thalweg.optim;

import org.jspecify.annotations.NullMarked;
