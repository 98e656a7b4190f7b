/// Rules that need no schedule, or no rate.
@NullMarked
package org.thalweg.optim.free;

import org.jspecify.annotations.NullMarked;
