/// Dense arrays with a shape and a type, their memory, and formulas applied to them. No graph here.
@NullMarked
package org.thalweg.autodiff.array;

import org.jspecify.annotations.NullMarked;
