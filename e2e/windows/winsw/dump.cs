// What the parser of WinSW 2.11 itself understands of a definition, as JSON.
using System; using System.Collections; using System.IO; using System.Reflection; using System.Xml; using System.Text;
class Dump {
  static string Q(string s) { var b = new StringBuilder("\""); foreach (char c in s) { if (c == '"' || c == '\\') b.Append('\\').Append(c); else if (c < 32) b.Append("\\u" + ((int)c).ToString("x4")); else b.Append(c); } return b + "\""; }
  static string J(object v) { if (v == null) return "null"; if (v is bool) return (bool)v ? "true" : "false"; if (v is int) return v.ToString(); if (v is string) return Q((string)v);
    if (v is TimeSpan) return Q(((TimeSpan)v).TotalMilliseconds + " ms"); string s = "", sep = "";
    if (v is IDictionary) { foreach (DictionaryEntry e in (IDictionary)v) { s += sep + Q(e.Key.ToString()) + ":" + J(e.Value); sep = ","; } return "{" + s + "}"; }
    if (v.GetType().Name == "SC_ACTION") { foreach (var f in v.GetType().GetFields()) { s += sep + f.Name + "=" + f.GetValue(v); sep = " "; } return Q(s); }
    if (v.GetType().Name == "ServiceAccount") { foreach (var p in v.GetType().GetProperties()) { s += sep + Q(p.Name) + ":" + (p.Name == "Password" && p.GetValue(v, null) != null ? "\"(set)\"" : J(p.GetValue(v, null))); sep = ","; } return "{" + s + "}"; }
    if (v is IEnumerable) { foreach (var e in (IEnumerable)v) { s += sep + J(e); sep = ","; } return "[" + s + "]"; } return Q(v.ToString()); }
  static int Main(string[] a) { try { var t = Assembly.LoadFrom(Path.GetFullPath(a[0])).GetType("WinSW.XmlServiceConfig", true); var x = new XmlDocument(); x.Load(a[1]);
    if (x.DocumentElement.Name != "service") { Console.Error.WriteLine("root element is <" + x.DocumentElement.Name + ">, not <service>"); return 1; }
    var c = Activator.CreateInstance(t, new object[] { x }); int bad = 0; string sep = "{"; 
    foreach (var p in t.GetProperties()) { if (p.Name == "Defaults" || p.Name == "Log" || p.Name.StartsWith("Base") || p.Name == "ExecutablePath") continue; object v; try { v = p.GetValue(c, null); } catch (TargetInvocationException e) { bad++; v = "ERROR " + e.InnerException.Message; } Console.WriteLine(sep + Q(p.Name) + ":" + J(v)); sep = ","; }
    Console.WriteLine("}"); return bad == 0 ? 0 : 1; } catch (Exception e) { while (e is TargetInvocationException) e = e.InnerException; Console.Error.WriteLine(e.GetType().Name + ": " + e.Message); return 1; } } }
