/// What is probably wrong, from how wrong derivatives compare with right ones.
@NullMarked
package org.thalweg.checker.cause;

import org.jspecify.annotations.NullMarked;
