/// Rules with a rate of its own for each element.
@NullMarked
package org.thalweg.optim.adaptive;

import org.jspecify.annotations.NullMarked;
