/// Rules around rules, and what is done to gradients before.
@NullMarked
package org.thalweg.optim.wrapper;

import org.jspecify.annotations.NullMarked;
