package dev.memberproxy.core;

import java.util.List;
import java.util.stream.Collectors;

/** The service cannot start with its configuration. Reported without a stack trace. */
public final class InvalidConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Fault> faults;

	/** See {@link Fault} for the parameters. */
	public InvalidConfigurationException(String property, String fault, String remedy) {
		this(List.of(new Fault(property, fault, remedy)));
	}

	/** Takes at least one fault. */
	public InvalidConfigurationException(List<Fault> faults) {
		super(faults.stream().map(Fault::description).collect(Collectors.joining(" ")));
		this.faults = List.copyOf(faults);
	}

	/**
	 * Throws if there is any fault.
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
	 * One fault of the configuration.
	 *
	 * @param property the name of the property
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
