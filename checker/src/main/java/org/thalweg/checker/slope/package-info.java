/// Slopes of functions measured by differences, and what a function is like where it has none.
@NullMarked
package org.thalweg.checker.slope;

import org.jspecify.annotations.NullMarked;
