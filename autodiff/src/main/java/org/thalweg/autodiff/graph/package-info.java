/// What looks at a graph: pictures, counts of its work, and the search for what is not a number.
@NullMarked
package org.thalweg.autodiff.graph;

import org.jspecify.annotations.NullMarked;
