package dev.memberproxy.organizations;

/**
 * The service cannot start with the configuration it was given. Reported without a stack
 * trace, as a fault of the configuration.
 */
public final class InvalidConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	/**
	 * @param property the property at fault
	 * @param fault what is wrong with it, as the end of a sentence that begins with the
	 * property; never the value, which may be a secret
	 * @param remedy what to do, in one or more sentences
	 */
	public InvalidConfigurationException(String property, String fault, String remedy) {
		super(property + " " + fault + ".");
		this.remedy = remedy;
	}

	String getRemedy() {
		return this.remedy;
	}

}
