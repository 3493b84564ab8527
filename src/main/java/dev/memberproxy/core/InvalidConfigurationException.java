package dev.memberproxy.core;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The service cannot start with the configuration it was given. Reported without a stack
 * trace, as a fault of the configuration.
 */
public final class InvalidConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Fault> faults;

	/**
	 * @param property the property at fault
	 * @param fault what is wrong with it, as the end of a sentence that begins with the
	 * property; never the value, which may be a secret
	 * @param remedy what to do, in one or more sentences
	 */
	public InvalidConfigurationException(String property, String fault, String remedy) {
		this(List.of(new Fault(property, fault, remedy)));
	}

	/**
	 * @param faults all that is wrong, at least one fault
	 */
	public InvalidConfigurationException(List<Fault> faults) {
		super(faults.stream().map(Fault::description).collect(Collectors.joining(" ")));
		this.faults = List.copyOf(faults);
	}

	/**
	 * Throws if there is any fault.
	 * @param faults what is wrong
	 * @throws InvalidConfigurationException with all of them
	 */
	public static void throwIfAny(List<Fault> faults) {
		if (!faults.isEmpty()) {
			throw new InvalidConfigurationException(faults);
		}
	}

	public List<Fault> getFaults() {
		return this.faults;
	}

	public String getRemedy() {
		return this.faults.stream().map(Fault::remedy).collect(Collectors.joining(" "));
	}

	/**
	 * One thing that is wrong with the configuration.
	 *
	 * @param property the property at fault
	 * @param fault the end of a sentence that begins with the property; never the value,
	 * which may be a secret
	 * @param remedy what to do, in one or more sentences
	 */
	public record Fault(String property, String fault, String remedy) {

		public String description() {
			return this.property + " " + this.fault + ".";
		}

	}

}
